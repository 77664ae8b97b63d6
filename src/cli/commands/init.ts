/** `rtprov init`: copies the example project of the package into a folder of the user. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { fileFault } from '../../diagnostics/file-fault.js';
import { visible } from '../../diagnostics/printable.js';
import { packageFolder } from '../package-folder.js';

/** What is copied of the package: roles and templates only when they are asked for, as they are found by name. */
const always = ['inventory', 'playbooks/site.yaml'];
const whenAsked = ['playbooks/roles', 'templates'];

/** The files below a path of the package, as paths from the package's folder. */
function filesBelow(path: string): readonly string[] {
  const full = join(packageFolder, path);
  if (!lstatSync(full).isDirectory()) return [path];
  return readdirSync(full, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(packageFolder, join(entry.parentPath, entry.name)))
    .sort();
}

export function initCommand({ folder, roles }: { readonly folder: string; readonly roles: boolean }): number {
  const files = [...always, ...(roles ? whenAsked : [])].flatMap(filesBelow);
  try {
    refuseExisting(folder, files);
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      // Without the package's mode, which may be read-only. What somebody made meanwhile stays.
      writeFileSync(join(folder, file), readFileSync(join(packageFolder, file)), { flag: 'wx' });
    }
  } catch (cause) {
    if (cause instanceof RtprovError) throw cause;
    throw new RtprovError(
      'PROJECT_NOT_WRITTEN',
      `the project cannot be written: ${fileFault(cause, folder)}`,
      {
        cause,
        hint: 'Name a folder in which you may make files.',
      },
    );
  }
  report(folder, files);
  return 0;
}

function refuseExisting(folder: string, files: readonly string[]): void {
  const there = files.filter(
    (file) => lstatSync(join(folder, file), { throwIfNoEntry: false }) !== undefined,
  );
  if (there.length > 0)
    throw new RtprovError(
      'PROJECT_EXISTS',
      `${folder} has files of a project already, and nothing was written: ${there.join(', ')}`,
      { hint: 'Name another folder, or move these files away.' },
    );
}

function report(folder: string, files: readonly string[]): void {
  const shown = visible(folder);
  const lines = [
    `Made a project in ${shown}:`,
    ...files.map((file) => `  ${file}`),
    '',
    'Its hosts are examples. Put your machines into inventory/hosts.yaml, and what each has of its own',
    'into inventory/host_vars. Then look at the CPUs that each gets, and at what a run would do.',
    'Neither changes a machine:',
    '',
    ...(folder === '.' ? [] : [`  cd ${shown}`]),
    '  rtprov partition -i inventory',
    '  rtprov run playbooks/site.yaml -i inventory --check --diff',
    '',
    `The playbook uses the roles and templates in ${visible(packageFolder)}`,
    ...(files.some((file) => file.startsWith('templates/'))
      ? ['only where the project does not have its own.']
      : ['(a role or template of the same name in your project wins).']),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
