// The checked-in schema, by the rules of @graphql-eslint/eslint-plugin that eslint.config.mjs chooses.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { repository } from './service.mjs'

const FILE = 'schema.graphql'

/** What the rules find and is right as it is, by the line it is on. Each must be found, else it must go from here. */
const ACCEPTED = [
    // Apollo Federation gives these names.
    { rule: 'naming-convention', line: /\b(_entities|_service|_Any|_Entity|_Service)\b/ },
    { rule: 'require-nullable-result-in-root', line: /_service: _Service!/ },
    // Who has a token always has a viewer.
    { rule: 'require-nullable-result-in-root', line: /viewer: Viewer!/ },
]

export default async function schema() {
    const config = fileURLToPath(new URL('eslint.config.mjs', import.meta.url))
    const eslint = new ESLint({ cwd: repository, overrideConfigFile: config })
    const [{ messages }] = await eslint.lintFiles([FILE])
    const lines = (await readFile(join(repository, FILE), 'utf8')).split('\n')
    const accepts = ({ rule, line }, found) => found.ruleId?.endsWith(`/${rule}`) && line.test(lines[found.line - 1])

    const problems = messages
        .filter(found => !ACCEPTED.some(accepted => accepts(accepted, found)))
        .map(({ ruleId, line, message }) => `${FILE}:${line} ${ruleId}: ${message}`)
    const stale = ACCEPTED.filter(accepted => !messages.some(found => accepts(accepted, found)))
    problems.push(...stale.map(({ rule, line }) => `schema.mjs accepts ${rule} on ${line}, which is not found`))

    const [{ rules }] = (await import(config)).default
    const used = Object.values(rules).filter(rule => rule !== 'off').length
    return { checked: `${used} rules on ${FILE}`, problems }
}
