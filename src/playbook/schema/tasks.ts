/** JSON Schemas of plays, blocks and tasks, from the table of keywords. */
import { keywordsOf, WITH_KEYWORDS, type Keyword, type KeywordType, type Place } from '../read/keywords.js';
import { moduleProperties } from './modules.js';
import {
  ANY,
  CONDITIONS,
  FLAG,
  LIST,
  LOOP,
  MAPPING,
  MAPPINGS,
  NUMBER,
  ref,
  TAGS,
  TEXTS,
  WORD,
  type Schema,
} from './values.js';
import { variablesSchema } from './variables.js';

const BY_TYPE: Readonly<Record<KeywordType, Schema>> = {
  text: { anyOf: [WORD, { type: 'null' }] },
  flag: FLAG,
  number: NUMBER,
  texts: TEXTS,
  tags: TAGS,
  conditions: CONDITIONS,
  mapping: MAPPING,
  mappings: MAPPINGS,
  loop: LOOP,
  any: ANY,
  nodes: ref('tasks'),
  list: LIST,
};

/** Keywords whose values are known more closely than by their type. */
const SPECIAL: Readonly<Record<string, Schema>> = {
  vars: ref('variables'),
  roles: { type: ['array', 'null'], items: ref('role_entry') },
  handlers: ref('handlers'),
  order: { enum: ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'] },
  strategy: { enum: ['linear', 'free', 'ansible.builtin.linear', 'ansible.builtin.free'] },
  loop_control: {
    type: 'object',
    additionalProperties: false,
    properties: {
      loop_var: { type: 'string' },
      index_var: { type: 'string' },
      label: ANY,
      pause: NUMBER,
      extended: FLAG,
      extended_allitems: FLAG,
    },
  },
};

function keywordSchema(keyword: Keyword): Schema {
  return { description: keyword.text, ...(SPECIAL[keyword.name] ?? BY_TYPE[keyword.type]) };
}

export function keywordProperties(place: Place): Readonly<Record<string, Schema>> {
  const supported = [...keywordsOf(place).values()].filter((keyword) => keyword.unsupported === undefined);
  return Object.fromEntries(supported.map((keyword) => [keyword.name, keywordSchema(keyword)]));
}

function both(name: string, schema: Schema): Readonly<Record<string, Schema>> {
  return { [name]: schema, [`ansible.builtin.${name}`]: schema };
}

function closed(description: string, properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', description, properties, additionalProperties: false };
}

const FILE: Schema = {
  description: 'A file of tasks.',
  anyOf: [
    { type: 'string' },
    {
      type: 'object',
      properties: { file: { type: 'string' }, apply: { type: 'object' } },
      additionalProperties: false,
    },
  ],
};

const ROLE: Schema = {
  description: 'A role.',
  anyOf: [
    { type: 'string' },
    {
      type: 'object',
      anyOf: [{ required: ['name'] }, { required: ['role'] }],
      additionalProperties: false,
      properties: {
        name: { type: 'string' },
        role: { type: 'string' },
        tasks_from: { type: 'string' },
        vars_from: { type: 'string' },
        defaults_from: { type: 'string' },
        handlers_from: { type: 'string' },
        allow_duplicates: FLAG,
        public: FLAG,
        rolespec_validate: FLAG,
        apply: { type: 'object' },
      },
    },
  ],
};

/** The schema of an entry depends on its keys, so that a fault is reported for the one thing that was meant. */
function entrySchema(task: 'task' | 'handler'): Schema {
  const has = (name: string): Schema => ({
    anyOf: [{ required: [name] }, { required: [`ansible.builtin.${name}`] }],
  });
  const importing = (names: readonly string[]): Schema => ({ anyOf: names.map(has) });
  return {
    if: { required: ['block'] },
    then: ref(task === 'task' ? 'block' : 'handler_block'),
    else: {
      if: importing(['import_tasks', 'import_role']),
      then: ref('import'),
      else: { if: importing(['include_tasks', 'include_role']), then: ref('include'), else: ref(task) },
    },
  };
}

/** The definitions that all schemas of playbooks and tasks share. */
export function taskDefinitions(): Readonly<Record<string, Schema>> {
  const modules = moduleProperties();
  const loops = Object.fromEntries(
    WITH_KEYWORDS.map((name) => [name, { description: 'An older form of loop.' }]),
  );
  return {
    ...modules.definitions,
    variables: variablesSchema(),
    task: closed('A task.', { ...keywordProperties('task'), ...loops, ...modules.properties }),
    handler: closed('A handler.', { ...keywordProperties('handler'), ...loops, ...modules.properties }),
    block: closed('Tasks that share keywords.', keywordProperties('block')),
    handler_block: closed('Handlers that share keywords.', {
      ...keywordProperties('block'),
      block: ref('handlers'),
    }),
    import: closed('An import.', {
      ...keywordProperties('import_tasks'),
      ...both('import_tasks', FILE),
      ...both('import_role', ROLE),
    }),
    include: closed('An include.', {
      ...keywordProperties('include_tasks'),
      ...loops,
      ...both('include_tasks', FILE),
      ...both('include_role', ROLE),
    }),
    tasks: { type: ['array', 'null'], items: entrySchema('task') },
    handlers: { type: ['array', 'null'], items: entrySchema('handler') },
    role_entry: {
      anyOf: [
        { type: 'string' },
        {
          type: 'object',
          anyOf: [{ required: ['role'] }, { required: ['name'] }],
          properties: keywordProperties('role'),
        },
      ],
    },
  };
}
