/** The list of problems, with filters. */
import { type Filter, Filters, useQuery } from '../../components/filters.tsx';
import { Link } from '../../components/link.tsx';
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
    { name: 'label', title: text.label, type: 'text' },
  ];
};

export const Problems = () => {
  const [{ state, kind, severity, label }] = useQuery();
  return (
    <Page title={problemWords().title} actions={<Link to="/problems/mutes">{problemWords().muteRules}</Link>}>
      <Filters filters={filters()} />
      <ProblemList
        filter={{
          ...(state ? { state } : {}),
          ...(kind ? { kind } : {}),
          ...(severity === 'critical' || severity === 'warning' ? { severity } : {}),
          ...(label ? { label } : {}),
        }}
        empty={state || kind || severity || label ? problemWords().noneFiltered : problemWords().none}
      />
    </Page>
  );
};
