// Makes dist/, schema/ and THIRD-PARTY-NOTICES. The sources are put together with their packages into one file beside its code cache, because finding,
// reading and compiling a thousand modules takes Node longer than a whole run needs (docs/adr/0005). Types are checked by
// `npm run typecheck`.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { thirdPartyNotices } from './notices.mjs';
import { lineMap } from './source-map.mjs';

const at = (path) => new URL(`../${path}`, import.meta.url).pathname;
const launcher = at('dist/cli/main.cjs');

/** string-width compiles an expression over all emoji when it is loaded: its users get it when they first measure a text. */
const lazyStringWidth = {
  name: 'lazy string-width',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^string-width$/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === 'found' || kind !== 'import-statement') return undefined;
      const found = await resolve(path, { importer, kind, resolveDir, pluginData: 'found' });
      return { path: found.path, namespace: 'lazy' };
    });
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
      contents: `export default (...args) => require(${JSON.stringify(path)}).default(...args);`,
      resolveDir: at('.'),
    }));
  },
};

/** What users get is warmed up on a play of the usual modules: V8 keeps what was compiled for it. */
function writeCodeCache() {
  const folder = mkdtempSync(join(tmpdir(), 'rtprov-build-'));
  try {
    const tasks = [
      { file: { path: join(folder, 'd'), state: 'directory' } },
      { copy: { dest: join(folder, 'a'), content: '{{ inventory_hostname }}\n' }, notify: 'told' },
      { lineinfile: { path: join(folder, 'a'), line: 'b' }, when: 'true', register: 'line' },
      { debug: { var: 'line' } },
    ];
    const play = {
      hosts: 'all',
      gather_facts: true,
      tasks,
      handlers: [{ name: 'told', debug: { msg: 'a' } }],
    };
    writeFileSync(join(folder, 'play.yaml'), JSON.stringify([play]));
    const args = ['run', join(folder, 'play.yaml'), '-i', 'localhost,', '-e', 'ansible_connection=local'];
    execFileSync(process.execPath, [launcher, ...args, '--check', '--diff'], {
      cwd: folder,
      env: { ...process.env, XDG_STATE_HOME: folder, RTPROV_CODE_CACHE: 'write' },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

rmSync(at('dist'), { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [at('src/cli/main.ts')],
  outfile: at('dist/cli/rtprov.cjs'),
  bundle: true,
  minifyWhitespace: true,
  minifySyntax: true,
  // ssh2 does without its native parts, which not every machine can build.
  external: ['cpu-features', '*.node'],
  plugins: [lazyStringWidth],
  // An import() of what is not in the bundle cannot be done by a script that the launcher compiles; a require can.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__fileUrl' },
  banner: { js: "const __fileUrl = require('node:url').pathToFileURL(__filename).href;" },
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // Stack traces are translated by src/engine/host/stack.ts, and so nothing else looks for the map.
  sourcemap: 'external',
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
});
// The launcher reads it as Latin-1, so that other characters would be taken for several; esbuild leaves those of regular expressions.
const strange = /[\u0080-\uffff]+/.exec(readFileSync(at('dist/cli/rtprov.cjs'), 'utf8'));
if (strange !== null) throw new Error(`write "${strange[0]}" as \\u escapes: the bundle has to be ASCII`);
const map = at('dist/cli/rtprov.cjs.map');
writeFileSync(map, lineMap(readFileSync(map, 'utf8')));
writeFileSync(at('THIRD-PARTY-NOTICES'), thirdPartyNotices(metafile, at('.')));
copyFileSync(at('scripts/launcher.cjs'), launcher);
chmodSync(launcher, 0o755);
writeCodeCache();
rmSync(at('schema'), { recursive: true, force: true });
execFileSync(process.execPath, [launcher, 'schema', '--out', at('schema')], { stdio: 'inherit' });
