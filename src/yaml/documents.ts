/**
 * Documents of a YAML text as the `yaml` package gives them, but with quoted texts as PyYAML reads them: their further lines may
 * begin in any column, also with tabs. (YAML 1.2, section 7.3, wants them indented with spaces.)
 */
import {
  Composer,
  Lexer,
  parseAllDocuments,
  Parser,
  type Document,
  type DocumentOptions,
  type ParseOptions,
  type SchemaOptions,
} from 'yaml';

type Options = ParseOptions & DocumentOptions & SchemaOptions;

/** So many quoted texts of a file are looked at; beyond them it is a fault of syntax. */
const LIMIT = 200;

/** As `parseAllDocuments`. An empty text has no documents. */
export function parseDocuments(text: string, options: Options): readonly Document.Parsed[] {
  const parsed = parseAllDocuments(text, options);
  const documents = Array.isArray(parsed) ? parsed : [];
  if (documents.every(({ errors }) => errors.length === 0) || !text.includes('\n')) return documents;
  const joined = withoutBreaks(text);
  if (joined === undefined) return documents;
  const repaired = [...new Composer(options).compose(tokens(text, joined))] as Document.Parsed[];
  return repaired.every(({ errors }) => errors.every(({ code }) => code === 'DUPLICATE_KEY'))
    ? repaired
    : documents;
}

/** Tokens of a text that are cut where another of the same length has them. */
function* tokens(text: string, cut: string): ReturnType<Parser['parse']> {
  const parser = new Parser();
  let at = 0;
  for (const lexeme of new Lexer().lex(cut)) {
    const stands = cut.startsWith(lexeme, at) && !isMark(lexeme);
    yield* parser.next(stands ? text.slice(at, at + lexeme.length) : lexeme);
    if (stands) at += lexeme.length;
  }
  yield* parser.end();
}

/** What the lexer says of the text (a document or a plain text begins, a collection ends too early) is not a part of it. */
function isMark(lexeme: string): boolean {
  return lexeme === '\u0002' || lexeme === '\u0018' || lexeme === '\u001f';
}

/** The text with spaces for the line breaks in quoted texts that the lexer cuts off; undefined when there are none. */
function withoutBreaks(text: string): string | undefined {
  let joined = text;
  for (let count = 0; count < LIMIT; count += 1) {
    const start = cutOff(joined);
    if (start === undefined) return joined === text ? undefined : joined;
    const quoted = QUOTED.exec(joined.slice(start))?.[0];
    if (quoted === undefined || !quoted.includes('\n') || /^(?:---|\.\.\.)\s/m.test(quoted)) return undefined;
    const line = quoted.replaceAll(/[\r\n]/g, ' ');
    joined = joined.slice(0, start) + line + joined.slice(start + quoted.length);
  }
  return undefined;
}

const QUOTED = /^(?:"(?:[^"\\]|\\[^])*"|'(?:[^']|'')*')/;

/** Where the first quoted text begins whose end the lexer does not see. */
function cutOff(text: string): number | undefined {
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (isMark(lexeme)) continue;
    if (/^["']/.test(lexeme) && QUOTED.exec(lexeme)?.[0] !== lexeme) return at;
    at += lexeme.length;
  }
  return undefined;
}
