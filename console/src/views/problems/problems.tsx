/** What is wrong, filtered. */
import { type Filter, Filters, useQuery } from '../../components/filters.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemList } from './problem-list.tsx';
import { problemWords } from './words.ts';

const choicesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([value, title]) => ({ value, title }));

const filters = (): readonly Filter[] => {
  const text = problemWords();
  return [
    { name: 'state', title: text.state, choices: choicesOf(text.states) },
    { name: 'kind', title: text.kind, choices: choicesOf(text.kinds) },
    { name: 'severity', title: text.severity, choices: choicesOf(text.severities) },
  ];
};

export const Problems = () => {
  const [{ state, kind, severity }] = useQuery();
  return (
    <Page title={problemWords().title}>
      <Filters filters={filters()} />
      <ProblemList
        filter={{
          ...(state ? { state } : {}),
          ...(kind ? { kind } : {}),
          ...(severity === 'critical' || severity === 'warning' ? { severity } : {}),
        }}
      />
    </Page>
  );
};
