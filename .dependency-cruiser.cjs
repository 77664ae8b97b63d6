/** The layer arrows of docs/architecture.md. They point down only. */
const io = '^(node:)?(fs|fs/promises|net|child_process|dns|http|https|tls|readline|os)$';
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may import only: ${allowed.join(', ')}`,
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: allowed.concat(from).map((dir) => `^src/${dir}/`) },
});
const leaves = ['diagnostics', 'shell', 'values'];
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    only('diagnostics-is-a-leaf', 'diagnostics', []),
    only('values-is-a-leaf', 'values', ['diagnostics']),
    only('shell-is-a-leaf', 'shell', []),
    only('yaml', 'yaml', ['diagnostics', 'values']),
    only('template', 'template', leaves),
    only('lookups', 'lookups', ['template', 'yaml', ...leaves]),
    only('transport', 'transport', ['diagnostics', 'shell']),
    only('resources', 'resources', ['diagnostics', 'shell', 'values']),
    only('modules', 'modules', ['rt', 'resources', ...leaves]),
    only('rt', 'rt', ['resources', ...leaves]),
    only('inventory', 'inventory', ['yaml', ...leaves]),
    only('playbook', 'playbook', ['modules', 'template', 'yaml', ...leaves]),
    only('journal', 'journal', ['rt', 'resources', 'transport', ...leaves]),
    only('planner', 'planner', ['playbook', 'inventory', 'modules', 'resources', 'template', ...leaves]),
    only('engine', 'engine', [
      'planner',
      'playbook',
      'inventory',
      'journal',
      'modules',
      'rt',
      'resources',
      'transport',
      'lookups',
      'template',
      'yaml',
      ...leaves,
    ]),
    {
      name: 'kinds-by-their-contract',
      severity: 'error',
      comment:
        'engine and journal ask a kind what they need to know (resources/resource.ts); its folder only gives them requests',
      from: { path: '^src/(engine|journal)/', pathNot: '^src/engine/operations/' },
      to: { path: '^src/resources/', pathNot: '^src/resources/(lib/|facts/|[^/]+$|[^/]+/request\\.ts$)' },
    },
    only('report', 'report', ['engine', 'planner', 'journal', 'resources', 'playbook', ...leaves]),
    {
      name: 'pure-layers-reach-no-io',
      severity: 'error',
      comment: 'not even by way of other layers',
      from: { path: ['^src/(modules|resources|rt|shell|values|diagnostics|planner)/'] },
      to: { path: [io, '^src/transport/'], reachable: true },
    },
    {
      name: 'pure-layers-do-no-io',
      severity: 'error',
      comment: 'modules, resources, rt, shell, values and the planner are pure',
      from: { path: ['^src/(modules|resources|rt|shell|values|diagnostics|planner)/'] },
      to: { path: [io, '^src/transport/'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
