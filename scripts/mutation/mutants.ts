/** Small changes of a source file, each of which some test should notice. */
import ts from 'typescript';

export interface Mutant {
  /** Relative to the repository. */
  readonly file: string;
  /** The characters that `text` takes the place of. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** `LINE:COLUMN what`. */
  readonly what: string;
}

const operators: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '>=',
  '>': '<=',
  '<=': '>',
  '>=': '<',
  '&&': '||',
  '||': '&&',
};

/** The same in shell text: what is found, and what takes its place. */
const shellOperators: readonly (readonly [RegExp, string])[] = [
  [/(?<=\[ )-n(?= )/g, '-z'],
  [/(?<=\[ )-z(?= )/g, '-n'],
  [/(?<=\[ )! /g, ''],
  [/(?<=if )! /g, ''],
  [/(?<= )-lt(?= )/g, '-ge'],
  [/(?<= )-gt(?= )/g, '-le'],
  [/(?<= )=(?= )/g, '!='],
  [/(?<= )!=(?= )/g, '='],
  [/(?<= )&&(?=\s)/g, '||'],
  [/(?<= )\|\|(?=\s)/g, '&&'],
  [/return 1/g, 'return 0'],
];

const isText = (node: ts.Node): node is ts.StringLiteral | ts.NoSubstitutionTemplateLiteral =>
  ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node);

/** Texts that are names of something else, or the compiler's alone. */
function isPlainText({ parent }: ts.Node): boolean {
  return !(
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isLiteralTypeNode(parent) ||
    ts.isTaggedTemplateExpression(parent) ||
    ((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && isText(parent.name))
  );
}

/** The parts of a template with the tag `sh` or `String.raw`. */
function shellParts(node: ts.TaggedTemplateExpression, source: ts.SourceFile): readonly ts.Node[] {
  if (!['sh', 'String.raw'].includes(node.tag.getText(source))) return [];
  const { template } = node;
  return ts.isNoSubstitutionTemplateLiteral(template)
    ? [template]
    : [template.head, ...template.templateSpans.map(({ literal }) => literal)];
}

export function mutantsOf(file: string, content: string): readonly Mutant[] {
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.ES2023, true);
  const mutants: Mutant[] = [];
  const add = (start: number, end: number, text: string, how: string): void => {
    const { line, character } = source.getLineAndCharacterOfPosition(start);
    mutants.push({ file, start, end, text, what: `${line + 1}:${character + 1} ${how}` });
  };
  const visit = (node: ts.Node): void => {
    const from = node.getStart(source);
    if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken.getText(source);
      const other = operators[operator];
      const at = node.operatorToken.getStart(source);
      if (other !== undefined) add(at, at + operator.length, other, `${operator} becomes ${other}`);
    } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      add(from, from + 1, '', 'a negation is dropped');
    } else if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      ['reverse', 'toReversed'].includes(node.expression.name.text)
    ) {
      const name = node.expression.name.text;
      add(node.expression.expression.getEnd(), node.getEnd(), '', `.${name}() is dropped`);
    } else if (isText(node) && isPlainText(node) && !node.text.includes(' ')) {
      // Sentences are for people; what they say is looked at by reading.
      const other = node.text === '' ? `'mutant'` : `''`;
      add(from, node.getEnd(), other, `${node.getText(source)} becomes ${other}`);
    } else if (
      ts.isFunctionLike(node) &&
      'body' in node &&
      node.body !== undefined &&
      ts.isBlock(node.body) &&
      !ts.isConstructorDeclaration(node)
    ) {
      const body = node.body;
      if (body.statements.length > 0)
        add(
          body.getStart(source),
          body.getEnd(),
          '{ return undefined as never; }',
          'the function returns at once',
        );
    } else if (ts.isTaggedTemplateExpression(node)) {
      for (const part of shellParts(node, source)) {
        const text = part.getText(source);
        for (const [pattern, other] of shellOperators)
          for (const { index, 0: found } of text.matchAll(pattern)) {
            const at = part.getStart(source) + index;
            add(
              at,
              at + found.length,
              other,
              `shell: ${found.trim()} becomes ${other === '' ? 'nothing' : other}`,
            );
          }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}
