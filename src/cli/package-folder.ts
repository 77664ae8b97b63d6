/** What comes with rtprov beside the program: the example project with its roles and templates. */
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Library } from '../playbook/read/context.js';

/** The folder with package.json. The bundle is as deep below it as this file. */
export const packageFolder = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** The package's roles and templates, which are searched last (docs/playbooks.md). */
export const packageLibrary: Library = {
  roles: [join(packageFolder, 'playbooks', 'roles')],
  templates: furtherTemplates,
  playbooks: join(packageFolder, 'playbooks'),
};

/** A project may have `templates/` beside its folder `playbooks/`, as the package has. */
function furtherTemplates(playbookDir: string): readonly string[] {
  const own = basename(playbookDir) === 'playbooks' ? [join(dirname(playbookDir), 'templates')] : [];
  return [...new Set([...own, join(packageFolder, 'templates')])];
}
