/** `rtprov schema`: what editors (yaml-language-server) check and complete with. Draft-07; see docs/playbooks.md. */
import { META_KEYS } from '../role/meta.js';
import { keywordProperties, taskDefinitions } from './tasks.js';
import { FLAG, ref, type Schema } from './values.js';
import { variablesSchema } from './variables.js';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

function document(title: string, schema: Schema): Schema {
  return { $schema: DRAFT, title, ...schema };
}

/** A playbook: a list of plays and imports. */
export function playbookSchema(): Schema {
  const imports = keywordProperties('import_playbook');
  const definitions = {
    ...taskDefinitions(),
    play: {
      type: 'object',
      description: 'A play.',
      required: ['hosts'],
      properties: keywordProperties('play'),
      additionalProperties: false,
    },
    import_playbook: {
      type: 'object',
      description: 'Plays of another file.',
      properties: { ...imports, 'ansible.builtin.import_playbook': { type: 'string' } },
      additionalProperties: false,
    },
  };
  const isImport = {
    anyOf: [{ required: ['import_playbook'] }, { required: ['ansible.builtin.import_playbook'] }],
  };
  const items = { if: isImport, then: ref('import_playbook'), else: ref('play') };
  return document('rtprov playbook', { definitions, type: 'array', items });
}

/** A file of tasks, of a role or for import_tasks and include_tasks. */
export function tasksSchema(): Schema {
  return document('rtprov tasks', { definitions: taskDefinitions(), allOf: [ref('tasks')] });
}

/** A role's `handlers/main.yml`. */
export function handlersSchema(): Schema {
  return document('rtprov handlers', { definitions: taskDefinitions(), allOf: [ref('handlers')] });
}

/** A role's `meta/main.yml`. */
export function roleMetaSchema(): Schema {
  const others = Object.fromEntries(META_KEYS.map((name) => [name, {}]));
  return document('rtprov role meta', {
    definitions: taskDefinitions(),
    type: ['object', 'null'],
    properties: {
      ...others,
      dependencies: { type: ['array', 'null'], items: ref('role_entry') },
      allow_duplicates: FLAG,
    },
    additionalProperties: false,
  });
}

/** The groups that playbooks/site.yaml knows by their names. */
const GROUPS: Readonly<Record<string, string>> = {
  rt_hosts: 'Machines that run guests: rt_partition says how their CPUs and memory are shared out.',
  rt_guests: 'Virtual machines: rt_host says where each runs, and rt_guest what it needs there.',
};

function groups(): Schema {
  const known = Object.entries(GROUPS).map(
    ([name, description]) => [name, { description, allOf: [ref('group')] }] as const,
  );
  return { properties: Object.fromEntries(known), additionalProperties: ref('group') };
}

/** An inventory in YAML: groups with hosts, variables and children. */
export function inventorySchema(): Schema {
  const group = {
    type: ['object', 'null'],
    properties: {
      hosts: { type: ['object', 'null'], additionalProperties: ref('variables') },
      vars: ref('variables'),
      children: { type: ['object', 'null'], ...groups() },
    },
    additionalProperties: false,
  };
  return document('rtprov inventory', {
    definitions: { group, variables: variablesSchema() },
    type: 'object',
    ...groups(),
  });
}

/** A file of variables: `group_vars`, `host_vars`, `vars_files`, a role's defaults. */
export function varsSchema(): Schema {
  return document('rtprov variables', variablesSchema());
}

/** Every schema by the name that `rtprov schema` takes; files get `.json` after it. */
export const SCHEMAS: Readonly<Record<string, () => Schema>> = {
  playbook: playbookSchema,
  tasks: tasksSchema,
  handlers: handlersSchema,
  'role-meta': roleMetaSchema,
  inventory: inventorySchema,
  vars: varsSchema,
};
