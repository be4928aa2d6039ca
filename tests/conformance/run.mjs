// Runs the suites against the real binary: all, or those that are named. `node run.mjs [name[=argument]…]`
//
// GUIDEPOST_BINARY               the binary [default: target/debug/guidepost]
// GUIDEPOST_TEST_POSTGRES_URL    a server on which databases may be created [default: postgres://postgres@127.0.0.1:5432]
import { endSuite } from './service.mjs'

const SUITES = ['schema', 'federation', 'audits', 'sockets', 'streams', 'reconnect', 'rotation', 'fuzz']

const asked = process.argv.slice(2).map(text => text.split('='))
const chosen = asked.length > 0 ? asked : SUITES.map(name => [name])
const unknown = chosen.filter(([name]) => !SUITES.includes(name))
if (unknown.length > 0) {
    console.error(`there is no suite ${unknown.join(', ')}; there are ${SUITES.join(', ')}`)
    process.exit(2)
}

const rows = []
for (const [name, argument] of chosen) {
    const { default: suite } = await import(`./${name}.mjs`)
    const began = Date.now()
    const { checked, problems } = await suite(argument).catch(error => ({ checked: '', problems: [error.stack] }))
    await endSuite()
    for (const problem of problems) console.log(`${name}: ${problem}`)
    const seconds = Math.round((Date.now() - began) / 1000)
    rows.push({ suite: name, result: problems.length === 0 ? 'ok' : `${problems.length} FAILED`, seconds, checked })
}
console.table(rows)
process.exit(rows.every(({ result }) => result === 'ok') ? 0 : 1)
