/** A digest in the words of a language: what both forms of a mail contain. Pure. */
import {
  type Digest,
  hasContent,
  jobsOf,
  type Listed,
  type OldBackup,
  type OpenProblem,
  successRateOf,
} from '../digest.ts';
import { LANGUAGES, type Language } from '../texts/languages.ts';
import type { Texts } from '../texts/texts.ts';
import { type Format, formatOf, oneLine } from './format.ts';

export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many rows are not shown. */
  readonly more?: string;
}
export interface Document {
  readonly language: Language;
  /** One line. */
  readonly subject: string;
  readonly period: string;
  readonly notes: readonly string[];
  readonly sections: readonly Section[];
  readonly footer: string;
}

export interface DocumentOptions {
  readonly name: string;
  readonly labels: readonly string[];
  readonly timeZone: string;
  readonly language: Language;
}

/** Rows of each section. */
const MAX_ROWS = 50;
/** RFC 5322 recommends 78 characters for a line; mail programs show about as many. */
const MAX_SUBJECT = 150;

interface Words {
  readonly texts: Texts;
  readonly format: Format;
}

const section = <T>(
  { texts, format }: Words,
  title: string,
  columns: readonly string[],
  { rows, total }: Listed<T>,
  cells: (row: T) => readonly string[],
): Section[] => {
  if (total === 0) return [];
  const shown = rows.slice(0, MAX_ROWS);
  const hidden = total - shown.length;
  return [
    {
      title,
      columns,
      rows: shown.map((row) => cells(row).map((cell) => oneLine(cell))),
      ...(hidden > 0 ? { more: texts.more(format.number(hidden)) } : {}),
    },
  ];
};

const subjectOf = ({ subject }: OpenProblem): string => Object.values(subject).join(' / ');

/** The problem's own sentence, or in another language the name of its kind with its subject; then its numbers. */
const sentenceOf = ({ texts, format }: Words, problem: OpenProblem): string => {
  const kind = texts.kinds?.[problem.kind as keyof typeof texts.kinds];
  const numbers = problem.measures.map(({ name, value, threshold }) =>
    texts.measure(name, format.number(value, 1), format.number(threshold, 1)),
  );
  const parts = kind === undefined ? [problem.text] : [kind, subjectOf(problem)];
  return [...parts, ...numbers].filter(Boolean).join(kind === undefined ? ' ' : texts.comma);
};

const failures = ({ texts, format }: Words, failed: number, recovered: number): string =>
  recovered === 0
    ? format.number(failed)
    : `${format.number(failed)}${texts.comma}${texts.recovered(recovered)}`;

const ageOf = ({ texts, format }: Words, { isNever, ageHours }: OldBackup): string => {
  if (isNever) return texts.never;
  return ageHours === undefined ? texts.unknown : format.age(ageHours);
};

const trend = ({ texts, format }: Words, { totals, usual }: Digest): Section[] => {
  if (!usual) return [];
  const { columns } = texts;
  const percent = (share: number | undefined) => (share === undefined ? '–' : format.percent(share));
  return [
    {
      title: texts.sections.trend,
      columns: [columns.number, columns.lastDay, columns.mean(usual.days)],
      rows: [
        [texts.jobs, format.number(jobsOf(totals)), format.number(usual.jobs, 1)],
        [texts.failed, format.number(totals.failed), format.number(usual.failed, 1)],
        [texts.successRate, percent(successRateOf(totals)), percent(usual.successRate)],
      ],
    },
  ];
};

/** What is most important, as parts of one sentence. */
const headline = ({ texts }: Words, digest: Digest): string => {
  const { problems, critical, totals, disconnected, withoutGoodBackup } = digest;
  const parts = [
    problems.total > 0 && texts.problems(problems.total),
    critical > 0 && texts.critical(critical),
    totals.failed > 0 && texts.failedJobs(totals.failed),
    totals.recovered > 0 && texts.recovered(totals.recovered),
    disconnected.total > 0 && texts.disconnected(disconnected.total),
    problems.total === 0 && withoutGoodBackup > 0 && texts.withoutGoodBackup(withoutGoodBackup),
  ].filter((part) => part !== false);
  // Only what could not be read makes it something.
  return parts.length > 0 ? parts.join(texts.comma) : texts.notAllRead;
};

const notesOf = (
  { texts, format }: Words,
  { leftOut, incomplete, domains, hasMoreProblems }: Digest,
): string[] => [
  ...(hasMoreProblems ? [texts.moreProblems] : []),
  ...(leftOut > 0 ? [texts.leftOut(format.number(leftOut), format.number(domains))] : []),
  ...(incomplete > 0 ? [texts.incomplete(incomplete, format.number(incomplete))] : []),
];

const sectionsOf = (words: Words, digest: Digest): Section[] => {
  const { texts, format } = words;
  const { sections, columns } = texts;
  return [
    ...section(
      words,
      sections.problems,
      [columns.severity, columns.domain, columns.problem, columns.since],
      digest.problems,
      (problem) => [
        texts.severities[problem.severity],
        problem.groupId ?? texts.deployment,
        sentenceOf(words, problem),
        format.moment(problem.since),
      ],
    ),
    ...section(
      words,
      sections.failures,
      [columns.domain, columns.failures, columns.clients],
      digest.failing,
      ({ groupId, failed, recovered, clients }) => [
        groupId,
        failures(words, failed, recovered),
        clients.map((one) => `${one.clientName} ${failures(words, one.failed, one.recovered)}`).join('; '),
      ],
    ),
    ...section(
      words,
      sections.oldest,
      [columns.domain, columns.client, columns.policy, columns.age, columns.target],
      { rows: digest.oldest, total: digest.oldest.length },
      (backup) => [
        backup.groupId,
        backup.clientName,
        backup.policyName,
        ageOf(words, backup),
        backup.targetHours === undefined ? '' : format.age(backup.targetHours),
      ],
    ),
    ...section(
      words,
      sections.disconnected,
      [columns.domain, columns.since, columns.age],
      digest.disconnected,
      ({ groupId, since }) => [groupId, format.moment(since), format.sinceHours(since, digest.now)],
    ),
    ...trend(words, digest),
  ];
};

/** @param from epoch ms: the begin of the period that ends `now` */
export const documentOf = (digest: Digest, from: number, options: DocumentOptions): Document => {
  const { name, labels, timeZone, language } = options;
  const texts = LANGUAGES[language];
  const words = { texts, format: formatOf(texts, timeZone) };
  const { moment, number } = words.format;
  const headlined = hasContent(digest) ? headline(words, digest) : texts.allIsWell;
  return {
    language,
    subject: oneLine(texts.subject(headlined, name), MAX_SUBJECT),
    period: texts.period(moment(from), moment(digest.now), timeZone),
    notes: notesOf(words, digest),
    sections: sectionsOf(words, digest),
    footer: oneLine(texts.footer(name, digest.domains, number(digest.domains), labels.join(texts.comma))),
  };
};
