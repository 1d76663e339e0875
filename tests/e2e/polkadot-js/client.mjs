// A standard client that knows nothing of Ballast: polkadot.js reads metadata, constants and storage, sends a batch of calls, and
// decodes the events of the finalized block.
//
//   BALLAST_SECRET=//Bob node client.mjs URL     prints one JSON document of what it saw; exits with 1 and the reason when anything fails

import { createHash } from "node:crypto"
import { ApiPromise, Keyring, WsProvider } from "@polkadot/api"
import { exitAfter, firstArgument, secret } from "./common.mjs"

const TIMEOUT_MS = 90_000
const BAL = 1_000_000_000_000n

// Resolves with the events once the transaction is final; refuses whatever else can become of it.
const finalized = (transaction, signer) =>
  new Promise((resolve, reject) => {
    const report = ({ status, events, dispatchError }) => {
      if (dispatchError) reject(new Error(`the transaction failed: ${dispatchError}`))
      else if (status.isFinalized) resolve({ block: status.asFinalized, events })
      else if (status.isInvalid || status.isDropped || status.isUsurped) reject(new Error(`the pool says ${status}`))
    }
    transaction.signAndSend(signer, report).catch(reject)
  })

async function run(url) {
  const api = await ApiPromise.create({ provider: new WsProvider(url, 1_000), noInitWarn: true, throwOnConnect: true })
  const keyring = new Keyring({ type: "sr25519", ss58Format: api.registry.chainSS58 })
  const signer = keyring.addFromUri(secret())
  const receiver = keyring.addFromUri("//polkadot.js//receiver").address
  const free = async (at) => (await at.query.system.account(receiver)).data.free.toBigInt()

  const before = await free(api)
  const commitment = createHash("sha256").update("polkadot.js").digest()
  const calls = [api.tx.balances.transferKeepAlive(receiver, BAL), api.tx.models.commitNamespace(commitment)]
  const { block, events } = await finalized(api.tx.utility.batchAll(calls), signer)
  const at = await api.at(block)
  const decoded = (section, method) => events.find(({ event }) => event.section === section && event.method === method)?.event.data.toJSON()
  return {
    spec_name: api.runtimeVersion.specName.toString(),
    address: signer.address,
    block: (await api.rpc.chain.getHeader(block)).number.toNumber(),
    received: ((await free(at)) - before).toString(),
    transfer: decoded("balances", "Transfer"),
    committed: decoded("models", "NamespaceCommitted"),
    tracks: api.consts.referenda.tracks.map(([, track]) => track.name.toString().replace(/\0+$/, "")),
    workers: (await at.query.workers.workers.keys()).map((key) => key.args[0].toString()),
  }
}

exitAfter(TIMEOUT_MS, run(firstArgument("node client.mjs ws://127.0.0.1:9944")))
