// What the scripts beside this file share: arguments, the secret, a limit of time.

export const firstArgument = (usage) => {
  if (process.argv[2]) return process.argv[2]
  console.error(`usage: ${usage}`)
  process.exit(2)
}

// The secret that signs, by environment: other users of the machine see command lines.
export const secret = () => {
  const uri = process.env.BALLAST_SECRET
  if (!uri) throw new Error("BALLAST_SECRET is not set; it holds the secret to sign with, like //Bob on a development network")
  return uri
}

// Prints what the work found and ends the process, with 1 and the reason if it failed or took too long.
export const exitAfter = (limitMs, work) => {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`no result within ${limitMs} ms`)), limitMs))
  Promise.race([work, late]).then(
    (seen) => {
      console.log(JSON.stringify(seen))
      process.exit(0)
    },
    (error) => {
      console.error(error?.stack ?? error?.message ?? error)
      process.exit(1)
    },
  )
}
