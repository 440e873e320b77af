// A real Bluesky PDS and a real PLC directory, on loopback, for the slow tests.
//   node start-pds.mjs <folder that install.sh made>   → one line of JSON when ready; the end of stdin stops it
import fs from 'node:fs'
import crypto from 'node:crypto'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

// Both servers listen on every interface: keep them on loopback.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === 'number' ? listen.call(this, { port, host: '127.0.0.1' }, rest.at(-1)) : listen.call(this, port, ...rest)
}
process.env.LOG_ENABLED ??= 'false'

const installed = createRequire(path.join(process.argv[2], 'package.json'))
const load = (name) => import(pathToFileURL(installed.resolve(name)))
const { default: plc } = await load('@did-plc/server')
const { PDS } = await load('@atproto/pds')

const freePort = () => new Promise((done) => {
  const probe = net.createServer().listen(0, () => {
    const { port } = probe.address()
    probe.close(() => done(port))
  })
})
const plcPort = await freePort()
const port = await freePort()
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parvis-pds-'))
fs.mkdirSync(path.join(folder, 'blobs'))

const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: plcPort })
await directory.start()
const pds = await PDS.fromEnv({
  devMode: true,
  port,
  hostname: 'localhost',
  dataDirectory: folder,
  blobstoreDiskLocation: path.join(folder, 'blobs'),
  didPlcUrl: `http://localhost:${plcPort}`,
  serviceHandleDomains: ['.test'],
  plcRotationKeyK256PrivateKeyHex: crypto.randomBytes(32).toString('hex'),
  adminPassword: crypto.randomBytes(12).toString('hex'),
  jwtSecret: crypto.randomBytes(16).toString('hex'),
  inviteRequired: false,
  disableSsrfProtection: true,
  enableDidDocWithSession: true,
  rateLimitsEnabled: false,
})
await pds.start()
console.log(JSON.stringify({ pds: `http://localhost:${port}`, plc: `http://localhost:${plcPort}` }))

const stop = async () => {
  await pds.destroy()
  await directory.destroy()
  fs.rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
process.on('SIGTERM', stop)
process.stdin.on('end', stop).resume()
