// GraphQL over HTTP: the audits of graphql-http, with a token.
import { auditServer } from 'graphql-http'
import { startDemo } from './service.mjs'

const AUDITS = 61

/** A notice or a warning counts as a failure: every audit must be ok. */
export default async function audits() {
    const { url, tokens } = await startDemo()
    const authorized = (address, init) =>
        fetch(address, { ...init, headers: { ...init?.headers, authorization: `Bearer ${tokens.sponsor}` } })
    const results = await auditServer({ url: `${url}/graphql`, fetchFn: authorized })
    const failed = results.filter(({ status }) => status !== 'ok')
    const problems = failed.map(({ id, name, reason }) => `${id} ${name}: ${reason}`)
    if (results.length !== AUDITS) problems.push(`there are ${results.length} audits, not ${AUDITS}`)
    return { checked: `${results.length - failed.length} of ${results.length} audits`, problems }
}
