// Forks a running chain with chopsticks, transfers and builds a block on the fork, and looks whether the chain itself is untouched.
//
//   BALLAST_SECRET=//Bob node chopsticks.mjs URL     prints one JSON document of what it saw; exits with 1 and the reason when anything fails
//
// Chopsticks asks for Node.js 22; where this one is older, the one that npm has installed beside it runs it.

import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { ApiPromise, Keyring, WsProvider } from "@polkadot/api"
import { exitAfter, firstArgument, secret } from "./common.mjs"

const TIMEOUT_MS = 120_000
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 5_000
const OLDEST_NODE = 22
const BAL = 1_000_000_000_000n

const packaged = (path) => fileURLToPath(new URL(`node_modules/${path}`, import.meta.url))

const nodeProgram = () => {
  if (Number(process.versions.node.split(".")[0]) >= OLDEST_NODE) return process.execPath
  const program = packaged(`node-linux-${process.arch}/bin/node`)
  if (existsSync(program)) return program
  throw new Error(`chopsticks needs Node.js ${OLDEST_NODE} or later; this is ${process.version}, and npm has installed no ${program}`)
}

// Starts chopsticks and resolves with its WebSocket URL; the port is one that is free.
const start = (url) => {
  const { PORT: _port, BALLAST_SECRET: _secret, ...env } = process.env
  const args = [packaged("@acala-network/chopsticks/chopsticks.cjs"), "--endpoint", url, "--host", "127.0.0.1", "--port", "0", "--build-block-mode", "Manual"]
  const child = spawn(nodeProgram(), args, { env, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  const address = new Promise((resolve, reject) => {
    const failed = (reason) => reject(new Error(`chopsticks ${reason}:\n${output.slice(-4_000)}`))
    const listen = (bytes) => {
      output += bytes
      const found = output.match(/RPC listening on \S+ and (ws:\S+)/)
      if (found) resolve(found[1])
    }
    child.stdout.on("data", listen)
    child.stderr.on("data", listen)
    child.on("error", (error) => failed(`does not start: ${error.message}`))
    child.on("exit", (code) => failed(`ended with ${code}`))
    setTimeout(() => failed(`does not listen within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS).unref()
  })
  return { child, address }
}

const stop = async (child) => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, "exit")
  child.kill("SIGTERM")
  const kill = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS)
  await ended
  clearTimeout(kill)
}

async function connect(url) {
  const provider = new WsProvider(url, 1_000)
  return { provider, api: await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true }) }
}

async function transferOnTheFork({ provider, api: fork }, { api: chain }) {
  const keyring = new Keyring({ type: "sr25519", ss58Format: fork.registry.chainSS58 })
  const receiver = keyring.addFromUri("//chopsticks//receiver").address
  const free = async (api) => (await api.query.system.account(receiver)).data.free.toString()
  const height = async () => (await fork.rpc.chain.getHeader()).number.toNumber()

  const forkedAt = await height()
  await fork.tx.balances.transferKeepAlive(receiver, BAL).signAndSend(keyring.addFromUri(secret()))
  const block = await provider.send("dev_newBlock", [{ count: 1 }])
  const events = await (await fork.at(block)).query.system.events()
  return {
    spec_name: fork.runtimeVersion.specName.toString(),
    forked_at: forkedAt,
    height: await height(),
    received_on_fork: await free(fork),
    received_on_chain: await free(chain),
    events: events.map(({ event }) => `${event.section}.${event.method}`),
  }
}

async function run(url) {
  const { child, address } = start(url)
  process.on("exit", () => child.kill("SIGKILL"))
  try {
    const [fork, chain] = await Promise.all([address.then(connect), connect(url)])
    return await transferOnTheFork(fork, chain)
  } finally {
    await stop(child)
  }
}

exitAfter(TIMEOUT_MS, run(firstArgument("node chopsticks.mjs ws://127.0.0.1:9944")))
