/** Reads docs/contract.md: its clauses, and of each message the fields, the example and the answers to what is wrong. */

export interface Field {
  readonly name: string;
  /** As the page says it: `string, optional`, `object of strings`, … */
  readonly type: string;
  readonly meaning: string;
}

/** What stands below a heading such as `### CONNECT REQUEST`. */
export interface ContractMessage {
  /** `CONNECT REQUEST`. */
  readonly name: string;
  /** The text before the first table. */
  readonly description: string;
  /** The fields by the heading of their table: `payload`, `a JOB`, … */
  readonly fields: ReadonlyMap<string, readonly Field[]>;
  readonly example: { readonly payload: unknown } & Readonly<Record<string, unknown>>;
  /** Sentences: `problem: result`. */
  readonly problems: readonly string[];
}

const cellsOf = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The tables of a text: the header, then the rows. */
const tablesOf = (text: string): string[][][] =>
  (text.match(/(^\|.*\n)+/gm) ?? []).map((table) =>
    table
      .trim()
      .split('\n')
      .map(cellsOf)
      .filter((cells) => !cells.every((cell) => /^-+$/.test(cell))),
  );

/** The parts of a text below headings of this level, by heading. */
const sectionsOf = (text: string, level: string): Map<string, string> => {
  const [, ...parts] = text.split(new RegExp(`^${level} `, 'm'));
  return new Map(
    parts.map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      return [heading, lines.join('\n')];
    }),
  );
};

const fieldsOf = (rows: readonly string[][]): Field[] =>
  rows.flatMap(([names = '', type = '', meaning = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({ name, type, meaning })),
  );

/** `field of each object in payload` is the table `each object in payload`. */
const subjectOf = (header: string): string => header.replace(/^field( of )?/, '').replaceAll('`', '');

const messageOf = (name: string, text: string): ContractMessage => {
  const tables = tablesOf(text).map(([header = [], ...rows]) => ({ subject: header[0] ?? '', rows }));
  return {
    name,
    description: (text.split(/^(?:\||```)/m)[0] ?? '').trim().replaceAll('\n', ' '),
    fields: new Map(
      tables
        .filter(({ subject }) => subject.startsWith('field'))
        .map(({ subject, rows }) => [subjectOf(subject), fieldsOf(rows)]),
    ),
    example: JSON.parse(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '{}') as ContractMessage['example'],
    problems: tables
      .filter(({ subject }) => subject === 'problem')
      .flatMap(({ rows }) => rows.map((cells) => cells.join(': '))),
  };
};

export interface Contract {
  /** Of `## The envelope`. */
  readonly envelope: readonly Field[];
  readonly messages: readonly ContractMessage[];
  /** The rules by their ids: `CON-1`. */
  readonly clauses: ReadonlyMap<string, string>;
}

export const readContract = (page: string): Contract => {
  const sections = [...sectionsOf(page, '##')];
  const tables = tablesOf(page).map(([header = [], ...rows]) => ({ header, rows }));
  const isNamed = (name: string) => /^[A-Z]+ (REQUEST|RESPONSE)$/.test(name);
  const envelope = tablesOf(new Map(sections).get('The envelope') ?? '').find(
    ([header]) => header?.[0] === 'field',
  );
  return {
    envelope: fieldsOf(envelope?.slice(1) ?? []),
    messages: sections.flatMap(([, text]) =>
      [...sectionsOf(text, '###')].filter(([name]) => isNamed(name)).map((one) => messageOf(...one)),
    ),
    clauses: new Map(
      tables
        .filter(({ header: [first, second] }) => first === 'id' && second === 'rule')
        .flatMap(({ rows }) => rows.map(([id = '', rule = '']) => [id, rule] as const)),
    ),
  };
};
