/** Is anything wrong? In this order: where, whose backups are too old, what failed, what hangs, and whether to believe it. */
import { type Filter, Filters, useQuery } from '../../components/filters.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Page, Section } from '../../components/page.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatTime, now } from '../../format/times.ts';
import { shellWords } from '../../shell/words.ts';
import type { Problem } from '../problems/problem-facts.ts';
import { ProblemTable } from '../problems/problem-table.tsx';
import { DataQualityTable } from './data-quality.tsx';
import { Failures } from './failures.tsx';
import { Headline, LastDayOfAll } from './headline.tsx';
import { LongJobs } from './long-jobs.tsx';
import { Overdue } from './overdue.tsx';
import { dataQualityOf, problemGroupsOf } from './overview-facts.ts';
import { type Overview as Data, useOverview } from './use-overview.ts';
import { overviewWords } from './words.ts';

const filters = (): readonly Filter[] => [{ name: 'label', title: overviewWords().label, type: 'text' }];

const AllIsWell = ({ children }: { children: string }) => <p class="well">{children}</p>;

const ProblemSections = ({ problems, data }: { problems: readonly Problem[]; data: Data }) => {
  const text = overviewWords();
  const { domains, overdue, failures, olderFailures, series, stuck } = problemGroupsOf(problems, now.value);
  const reported = new Set(domains.map(({ groupId }) => groupId));
  const brieflyDisconnected = (data.domains.data?.items ?? []).filter(
    ({ groupId, session }) => session.state === 'disconnected' && !reported.has(groupId),
  ).length;
  return (
    <>
      <Section title={text.domains}>
        {domains.length > 0 ? (
          <ProblemTable label={text.domains} rows={domains} isOfAll />
        ) : (
          <AllIsWell>{text.domainsWell}</AllIsWell>
        )}
        {brieflyDisconnected > 0 && (
          <Link to="/domains" query={{ state: 'disconnected' }}>
            {text.brieflyDisconnected(formatNumber(brieflyDisconnected))}
          </Link>
        )}
      </Section>
      <Section title={text.overdue}>
        {overdue.length > 0 ? <Overdue problems={overdue} /> : <AllIsWell>{text.overdueWell}</AllIsWell>}
      </Section>
      <Section title={text.failures}>
        {failures.length > 0 ? <Failures failures={failures} /> : <AllIsWell>{text.failuresWell}</AllIsWell>}
        <p class="inline-list">
          {olderFailures.length > 0 && (
            <Link to="/problems" query={{ kind: 'backup-failed' }}>
              {text.older(formatNumber(olderFailures.length))}
            </Link>
          )}
          {series.length > 0 && (
            <Link to="/problems" query={{ kind: 'consecutive-failures' }}>
              {text.series(formatNumber(series.length))}
            </Link>
          )}
        </p>
      </Section>
      <Section title={text.long}>
        <LongJobs problems={stuck} summaries={data.summaries.data?.items ?? []} />
      </Section>
    </>
  );
};

const DataQualitySection = ({ data }: { data: Data }) => (
  <Section title={overviewWords().dataQuality}>
    <Freshness resource={data.domains} />
    <Loaded
      resource={data.domains}
      isEmpty={({ items }) => items.length === 0}
      empty={overviewWords().trustNone}
    >
      {({ items }) => (
        <DataQualityTable
          rows={dataQualityOf(items, data.summaries.data?.items ?? [], data.problems.data?.items ?? [])}
        />
      )}
    </Loaded>
  </Section>
);

export const Overview = () => {
  const [{ label }] = useQuery();
  const data = useOverview(label);
  const text = overviewWords();
  return (
    <Page
      title={shellWords().overview}
      actions={
        <button type="button" onClick={() => print()}>
          {text.print}
        </button>
      }
    >
      <p class="print-only">{text.printed(formatTime(now.value))}</p>
      <Filters filters={filters()} />
      <Freshness resource={data.problems} />
      <Loaded resource={data.problems}>
        {({ items, isWhole }) => (
          <>
            <Headline problems={items} isWhole={isWhole} />
            <ProblemSections problems={items} data={data} />
          </>
        )}
      </Loaded>
      <Section title={text.lastDay}>
        <Freshness resource={data.summaries} />
        <Loaded resource={data.summaries}>
          {(summaries) => <LastDayOfAll summaries={summaries} label={label} />}
        </Loaded>
      </Section>
      <DataQualitySection data={data} />
    </Page>
  );
};
