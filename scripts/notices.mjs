// The licences of the packages whose code stands in the bundle, as text for THIRD-PARTY-NOTICES. Which packages these are comes from
// esbuild's metafile: https://esbuild.github.io/api/#metafile
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of the packages of which the bundle holds at least a byte, below `root`. */
function bundledPackages(metafile, root) {
  const folders = new Set();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      // A path may begin with the name of a plugin's namespace.
      const found = /(?:^|:|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(path);
      if (found !== null && bytesInOutput > 0) folders.add(join(root, found[1]));
    }
  }
  return [...folders].sort();
}

/** Older packages have a list of objects in `licenses` instead of the SPDX expression in `license`. */
function licenceName({ license, licenses = [] }) {
  return license ?? licenses.map(({ type }) => type).join(' OR ');
}

/** Throws when a package has no text of a licence: nobody may hand its code on then. */
function licenceOf(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version } = manifest;
  const license = licenceName(manifest);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(file));
  if (license === '')
    throw new Error(`${name} ${version} is in the bundle and names no licence in package.json`);
  if (files.length === 0)
    throw new Error(`${name} ${version} is in the bundle and has no file with its licence`);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { name, version, license, texts };
}

/** Gives the text for all packages in the bundle. */
export function thirdPartyNotices(metafile, root) {
  const packages = bundledPackages(metafile, root).filter((folder) =>
    existsSync(join(folder, 'package.json')),
  );
  if (packages.length === 0)
    throw new Error('no package was found in the bundle: the metafile was not understood');
  const line = '-'.repeat(80);
  const sections = new Map();
  for (const { name, version, license, texts } of packages.map(licenceOf)) {
    sections.set(`${name} ${version}`, `${line}\n${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`);
  }
  const sorted = [...sections.keys()].sort().map((key) => sections.get(key));
  return `rtprov contains code of the following packages, each under its own licence.\n\n${sorted.join('\n')}`;
}
