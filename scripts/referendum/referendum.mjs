// A runtime upgrade by referendum, with polkadot-api: what any wallet does, as commands.
//
//   node referendum.mjs propose URL WASM      asks the network to authorise this code, on the track of root; prints the referendum's number
//   node referendum.mjs vote URL N BAL        votes aye with this much money, locked for one conviction period
//   node referendum.mjs status URL [N]        version of the running code, what is authorised, how a referendum stands
//   node referendum.mjs apply URL WASM        carries out what was authorised, and waits until the new version runs
//
// The phrase or dev account that signs comes from BALLAST_SECRET ("bottom drive … //Alice", or "//Alice" on development networks),
// never from the command line. Type it where no history keeps it, `read -rs BALLAST_SECRET; export BALLAST_SECRET`, and unset it
// afterwards. Prints one JSON document; exits with 1 and the reason when anything fails.

import { readFileSync } from "node:fs"
import { sr25519CreateDerive } from "@polkadot-labs/hdkd"
import { DEV_PHRASE, blake2b256, entropyToMiniSecret, mnemonicToEntropy, ss58Address } from "@polkadot-labs/hdkd-helpers"
import { createClient } from "polkadot-api"
import { getPolkadotSigner } from "polkadot-api/signer"
import { getWsProvider } from "polkadot-api/ws"
import { WebSocket } from "ws"

const TIMEOUT_MS = 180_000
const CODE_LEN_MAX = 16 << 20
const BAL = 1_000_000_000_000n
const SS58_PREFIX = 42

const fail = (message) => { throw new Error(message) }
const hex = (bytes) => "0x" + Buffer.from(bytes).toString("hex")
const text = (entry) => (typeof entry === "bigint" ? entry.toString() : entry instanceof Uint8Array ? hex(entry) : entry)
const print = (value) => console.log(JSON.stringify(value, (_, entry) => text(entry), 2))

function signer() {
  const secret = process.env.BALLAST_SECRET ?? fail("BALLAST_SECRET is not set; it holds the phrase that signs: read -rs BALLAST_SECRET; export BALLAST_SECRET")
  const at = secret.indexOf("//")
  const [phrase, path] = at < 0 ? [secret, ""] : [secret.slice(0, at), secret.slice(at)]
  const derive = sr25519CreateDerive(entropyToMiniSecret(mnemonicToEntropy(phrase.trim() || DEV_PHRASE)))
  const key = derive(path)
  return { address: ss58Address(key.publicKey, SS58_PREFIX), signer: getPolkadotSigner(key.publicKey, "Sr25519", key.sign) }
}

function code(file) {
  const bytes = readFileSync(file)
  if (bytes.length > CODE_LEN_MAX) fail(`${file} has more than ${CODE_LEN_MAX} bytes; is it a runtime?`)
  return new Uint8Array(bytes)
}

// A transaction, until it is in a finalized block.
async function send(what, call) {
  const outcome = await call.signAndSubmit(signer().signer)
  if (!outcome.ok) fail(`${what} failed: ${JSON.stringify(outcome.dispatchError, (_, entry) => text(entry))}`)
  return outcome
}

const version = async (api) => (await api.constants.System.Version()).spec_version

async function propose(api, _, wasm) {
  const codeHash = hex(blake2b256(code(wasm)))
  const authorise = await api.tx.System.authorize_upgrade({ code_hash: codeHash }).getEncodedData()
  const submit = api.tx.Referenda.submit({
    proposal_origin: { type: "system", value: { type: "Root", value: undefined } },
    proposal: { type: "Inline", value: authorise },
    enactment_moment: { type: "After", value: 1 },
  })
  const { events } = await send("the proposal", submit)
  const { index } = events.find((event) => event.type === "Referenda" && event.value.type === "Submitted").value.value
  await send("the decision deposit", api.tx.Referenda.place_decision_deposit({ index }))
  print({ referendum: index, code_hash: codeHash, track: 0 })
}

async function vote(api, _, index, amount) {
  const balance = BigInt(amount) * BAL
  // A vote is a byte: the highest bit says aye, the others the conviction.
  const call = api.tx.ConvictionVoting.vote({
    poll_index: Number(index),
    vote: { type: "Standard", value: { vote: 0x81, balance } },
  })
  const { block } = await send("the vote", call)
  print({ referendum: Number(index), voter: signer().address, aye: balance, block: block.number })
}

async function status(api, _, index) {
  const authorized = await api.query.System.AuthorizedUpgrade.getValue()
  const shown = { spec_version: await version(api), authorized_code: authorized?.code_hash ?? null, periods: await api.view.Pace.periods() }
  if (index !== undefined) {
    const info = (await api.query.Referenda.ReferendumInfoFor.getValue(Number(index))) ?? fail(`there is no referendum ${index}`)
    shown.referendum = { state: info.type }
    if (info.type === "Ongoing") Object.assign(shown.referendum, { deciding: info.value.deciding ?? null, tally: info.value.tally })
  }
  print(shown)
}

async function apply(api, client, wasm) {
  const before = await version(api)
  await send("the upgrade", api.tx.System.apply_authorized_upgrade({ code: code(wasm) }))
  for (;;) {
    const { specVersion } = await client._request("state_getRuntimeVersion", [])
    if (specVersion > before) return print({ before, after: specVersion })
    await new Promise((done) => setTimeout(done, 1000))
  }
}

const VERBS = { propose: [propose, 1], vote: [vote, 2], status: [status, 0], apply: [apply, 1] }
const [verb, url, ...args] = process.argv.slice(2)
const [run, least] = VERBS[verb] ?? []
if (!run || !url || args.length < least) {
  console.error("usage: node referendum.mjs propose URL WASM | vote URL N BAL | status URL [N] | apply URL WASM")
  process.exit(2)
}
setTimeout(() => {
  console.error(`no result within ${TIMEOUT_MS} ms`)
  process.exit(1)
}, TIMEOUT_MS).unref()
const client = createClient(getWsProvider(url, { websocketClass: WebSocket }))
run(client.getUnsafeApi(), client, ...args).then(
  () => process.exit(0),
  (error) => {
    console.error(error.message ?? error)
    process.exit(1)
  },
)
