/** What a template file knows of itself: Ansible's `template_*` variables and `ansible_managed`. */
import type { Vars } from '../../values/value.js';

export interface TemplateOrigin {
  /** As the task names it, and where it was found. */
  readonly name: string;
  readonly path: string;
  /** Where the rendered text goes; lookups have none. */
  readonly dest?: string;
  /** The controller's name. */
  readonly host: string;
  /** Name of its owner, or the number when it has none. */
  readonly owner: string;
  readonly changed: Date;
  /** When the run began. */
  readonly now: Date;
}

/** Names of these variables, for lint. */
export const TEMPLATE_VARS = [
  'ansible_managed',
  'template_destpath',
  'template_fullpath',
  'template_host',
  'template_mtime',
  'template_path',
  'template_run_date',
  'template_uid',
] as const;

export const MANAGED = 'Ansible managed';

export function templateVars(
  origin: TemplateOrigin,
): Readonly<Record<(typeof TEMPLATE_VARS)[number], Vars[string]>> {
  return {
    ansible_managed: MANAGED,
    template_destpath: origin.dest ?? null,
    template_fullpath: origin.path,
    template_host: origin.host,
    template_mtime: dateText(origin.changed),
    template_path: origin.name,
    template_run_date: dateText(origin.now),
    template_uid: origin.owner,
  };
}

/** As Python prints a datetime, in local time. */
function dateText(date: Date): string {
  const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  const milliseconds = date.getMilliseconds();
  return `${day} ${time}${milliseconds === 0 ? '' : `.${pad(milliseconds, 3)}000`}`;
}
