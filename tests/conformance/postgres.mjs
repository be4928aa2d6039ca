// Databases of PostgreSQL for the time of a suite.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { atTheEnd } from './service.mjs'

const server = process.env.GUIDEPOST_TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432'

/** The address of a new and empty database. */
export async function freshDatabase() {
    const name = `guidepost_conformance_${randomBytes(6).toString('hex')}`
    await run(`CREATE DATABASE ${name}`)
    atTheEnd(() => run(`DROP DATABASE ${name} WITH (FORCE)`))
    return `${server}/${name}`
}

async function run(statement) {
    const client = new pg.Client({ connectionString: `${server}/postgres` })
    await client.connect()
    await client.query(statement).finally(() => client.end())
}
