// Invalid tokens of every kind that an issuer's signature does not rule out by itself.
import { randomUUID } from 'node:crypto'
import { SignJWT, decodeJwt, decodeProtectedHeader, generateKeyPair, importJWK } from 'jose'

export const UNKNOWN_KEY = 'unknown key'

/** Makes tokens like `valid`, issued so many seconds ago and signed with a key that anybody could have made up. */
export async function unknownKeys(valid) {
    const header = decodeProtectedHeader(valid)
    const { privateKey } = await generateKeyPair(header.alg)
    return async age => {
        const claims = { ...decodeJwt(valid), iat: Math.floor(Date.now() / 1000) - age }
        const token = await new SignJWT(claims).setProtectedHeader({ ...header, kid: randomUUID() }).sign(privateKey)
        return { name: UNKNOWN_KEY, token }
    }
}

/** Tokens like `valid`, each wrong in the one way that its name tells. */
export async function forgeries({ state, url }, valid) {
    const key = state.keys.find(({ kid }) => kid === state.kid)
    const own = await importJWK(key, key.alg)
    const { privateKey: other } = await generateKeyPair(key.alg)
    const claims = decodeJwt(valid)
    const header = { ...decodeProtectedHeader(valid), kid: key.kid, alg: key.alg }
    const sign = (changes, changedHeader = {}, by = own) =>
        new SignJWT({ ...claims, ...changes }).setProtectedHeader({ ...header, ...changedHeader }).sign(by)
    const now = Math.floor(Date.now() / 1000)
    const [first, , signature] = valid.split('.')
    const tampered = Buffer.from(JSON.stringify({ ...claims, scope: 'relationships:write' })).toString('base64url')
    return [
        { name: 'expired', token: await sign({ exp: now - 60 }) },
        { name: 'not valid yet', token: await sign({ nbf: now + 3600 }) },
        { name: 'for another audience', token: await sign({ aud: 'https://elsewhere.example' }) },
        { name: 'of another issuer', token: await sign({ iss: `${url}/other` }) },
        { name: 'for an organization that is not its own', token: await sign({ organization: 'other' }) },
        { name: 'no access token', token: await sign({}, { typ: 'JWT' }) },
        { name: "another issuer's key under the same kid", token: await sign({}, {}, other) },
        { name: 'tampered', token: [first, tampered, signature].join('.') },
    ]
}
