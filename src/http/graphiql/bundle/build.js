// Makes graphiql.js.gz, graphiql.css.gz and LICENSES.txt from the packages of package-lock.json:
//
//   npm ci --ignore-scripts && npm run build && rm -r node_modules
//
// GraphiQL 4 and not 5: its editor is a fifth of the size of the later one's. Fonts are left out, since they would be
// more than half of the style; the browser's own take their place.
import { build } from 'esbuild';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const result = await build({
    entryPoints: { graphiql: 'page.js' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    metafile: true,
    outdir: '.',
    write: false,
});
for (const { path, contents } of result.outputFiles) {
    const name = path.split('/').pop();
    const text = Buffer.from(contents).toString().replace(/@font-face\{[^}]*\}/g, '');
    writeFileSync(`${name}.gz`, gzipSync(text, { level: 9 }));
}

const inBundle = Object.values(result.metafile.outputs).flatMap(output => Object.keys(output.inputs));
const folder = /^node_modules\/(?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*/;
const packages = [...new Set(inBundle.map(path => path.match(folder)?.[0]).filter(Boolean))].sort();
const licenses = packages.map(path => {
    const { name, version, license } = JSON.parse(readFileSync(`${path}/package.json`));
    const file = existsSync(path) && readdirSync(path).find(file => /^licen[sc]e/i.test(file));
    const text = file ? readFileSync(`${path}/${file}`, 'utf8').trim() : '(its package has no text of the license)';
    return `${name} ${version}: ${license}\n\n${text}\n`;
});
writeFileSync('LICENSES.txt', licenses.join(`\n${'-'.repeat(80)}\n\n`));
