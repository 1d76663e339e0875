// A standard client that knows nothing of Ballast: polkadot-api reads storage and view functions and submits a transfer.
//
//   node client.mjs URL        prints one JSON document of what it saw; exits with 1 and the reason when anything fails

import { sr25519CreateDerive } from "@polkadot-labs/hdkd"
import { DEV_PHRASE, entropyToMiniSecret, mnemonicToEntropy, ss58Address } from "@polkadot-labs/hdkd-helpers"
import { createClient } from "polkadot-api"
import { getPolkadotSigner } from "polkadot-api/signer"
import { getWsProvider } from "polkadot-api/ws"
import { WebSocket } from "ws"

const TIMEOUT_MS = 90_000
const SS58_PREFIX = 42
const BAL = 1_000_000_000_000n

const derive = sr25519CreateDerive(entropyToMiniSecret(mnemonicToEntropy(DEV_PHRASE)))
const account = (path) => {
  const key = derive(path)
  return { address: ss58Address(key.publicKey, SS58_PREFIX), signer: getPolkadotSigner(key.publicKey, "Sr25519", key.sign) }
}

// Integers of 64 bits and more as decimal text.
const print = (value) =>
  console.log(JSON.stringify(value, (_, entry) => (typeof entry === "bigint" ? entry.toString() : entry)))

async function run(url) {
  const client = createClient(getWsProvider(url, { websocketClass: WebSocket }))
  const api = client.getUnsafeApi()
  const alice = account("//Alice")
  const receiver = account("//papi//receiver")
  const free = async () => (await api.query.System.Account.getValue(receiver.address)).data.free

  const version = await api.constants.System.Version()
  const before = await free()
  const transfer = api.tx.Balances.transfer_keep_alive({ dest: { type: "Id", value: receiver.address }, value: BAL })
  const outcome = await transfer.signAndSubmit(alice.signer)
  if (!outcome.ok) throw new Error(`the transfer failed: ${JSON.stringify(outcome.dispatchError)}`)
  print({
    spec_name: version.spec_name,
    block: outcome.block.number,
    received: (await free()) - before,
    active_workers: await api.view.Workers.active_count(),
    workers: (await api.view.Workers.workers(undefined, 3)).map((worker) => ss58Address(worker.worker, SS58_PREFIX)),
    epoch: await api.view.Workers.current_epoch(),
    price: await api.view.Workers.price(),
    blob_params: await api.view.Blobs.params(),
    models: await api.view.Models.models(undefined, 10),
    next_encoding: await api.query.Blobs.NextEncodingId.getValue(),
  })
  client.destroy()
}

const url = process.argv[2]
if (!url) {
  console.error("usage: node client.mjs ws://127.0.0.1:9944")
  process.exit(2)
}
setTimeout(() => {
  console.error(`no result within ${TIMEOUT_MS} ms`)
  process.exit(1)
}, TIMEOUT_MS).unref()
run(url).then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
