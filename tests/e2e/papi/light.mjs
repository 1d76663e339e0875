// A light client that knows nothing of Ballast: smoldot follows the chain of a specification, and polkadot-api reads through it.
//
//   node light.mjs SPECIFICATION BOOTNODE     prints one JSON document of what it saw; exits with 1 and the reason when anything fails

import { readFile } from "node:fs/promises"
import { sr25519CreateDerive } from "@polkadot-labs/hdkd"
import { DEV_PHRASE, entropyToMiniSecret, mnemonicToEntropy, ss58Address } from "@polkadot-labs/hdkd-helpers"
import { createClient } from "polkadot-api"
import { getSmProvider } from "polkadot-api/sm-provider"
import { start } from "polkadot-api/smoldot"

const TIMEOUT_MS = 90_000
const SS58_PREFIX = 42
// Errors and warnings; what smoldot does is its own business.
const MAX_LOG_LEVEL = 2

const receiver = () => {
  const derive = sr25519CreateDerive(entropyToMiniSecret(mnemonicToEntropy(DEV_PHRASE)))
  return ss58Address(derive("//papi//receiver").publicKey, SS58_PREFIX)
}

async function run(file, bootNode) {
  const specification = JSON.parse(await readFile(file, "utf8"))
  specification.bootNodes = [...(specification.bootNodes ?? []), bootNode]
  const smoldot = start({ maxLogLevel: MAX_LOG_LEVEL, logCallback: (_level, target, message) => console.error(`${target}: ${message}`) })
  const chain = await smoldot.addChain({ chainSpec: JSON.stringify(specification) })
  const client = createClient(getSmProvider(() => chain))
  const api = client.getUnsafeApi()

  const finalized = await client.getFinalizedBlock()
  const account = await api.query.System.Account.getValue(receiver(), { at: finalized.hash })
  return { block: finalized.number, hash: finalized.hash, free: account.data.free.toString() }
}

const [file, bootNode] = process.argv.slice(2)
if (!bootNode) {
  console.error("usage: node light.mjs chain.json /ip4/127.0.0.1/tcp/30333/p2p/PEER")
  process.exit(2)
}
const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`no result within ${TIMEOUT_MS} ms`)), TIMEOUT_MS))
Promise.race([run(file, bootNode), late]).then(
  (seen) => {
    console.log(JSON.stringify(seen))
    process.exit(0)
  },
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
