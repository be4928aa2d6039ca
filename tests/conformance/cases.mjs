// Suites that are a table: a name, and what must hold.

const PATIENCE = 20_000

/** Runs the cases one after the other, and `after` each what clears it away. One that throws is a problem. */
export async function check(cases, after = () => {}) {
    const problems = []
    for (const [name, holds] of Object.entries(cases)) {
        await within(PATIENCE, holds()).catch(error => problems.push(`${name}: ${error.message}`))
        after()
    }
    const all = Object.keys(cases).length
    return { checked: `${all - problems.length} of ${all} cases`, problems }
}

/** What a promise gives, if it does so in time. */
export async function within(milliseconds, promise) {
    let timer
    const late = new Promise((_, reject) => {
        timer = setTimeout(reject, milliseconds, new Error(`nothing happened within ${milliseconds / 1000} s`))
    })
    return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
