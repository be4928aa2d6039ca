// A small identity provider: oidc-provider, whose one client gets access tokens (RFC 9068) for itself.
// `node issuer.mjs <issuer> <audience>`, as a child process that is told by messages what to be:
//
// keys               the private keys whose public halves it publishes
// kid, algorithm     which of them signs
// mode               `up`, or a way to be down: `refusing` connections, `failing` with 500, `hanging` without an answer
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [issuer, audience] = process.argv.slice(2)
const scope = 'relationships:read'

function provider({ keys, kid, algorithm }) {
    const resource = {
        audience,
        scope,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 3600,
        jwt: { sign: { alg: algorithm, kid } },
    }
    const client = {
        client_id: 'portal',
        client_secret: 'secret',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
    }
    return new Provider(issuer, {
        jwks: { keys },
        clients: [client],
        extraTokenClaims: () => ({ organization: 'acme' }),
        features: {
            clientCredentials: { enabled: true },
            devInteractions: { enabled: false },
            resourceIndicators: { enabled: true, getResourceServerInfo: () => resource },
        },
    }).callback()
}

const down = {
    failing: (_, response) => response.writeHead(500).end(),
    hanging: () => {},
}
let answer
const server = createServer((request, response) => answer(request, response))

process.on('message', async state => {
    answer = down[state.mode] ?? provider(state)
    server.closeAllConnections()
    if (state.mode === 'refusing') await new Promise(resolve => server.close(resolve))
    else if (!server.listening) await new Promise(resolve => server.listen(new URL(issuer).port, '127.0.0.1', resolve))
    process.send('done')
})
// It ends with the process that started it.
process.on('disconnect', () => process.exit())
