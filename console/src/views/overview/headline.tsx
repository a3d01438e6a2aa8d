/** Whether all is well, in one line, and the jobs of the last day in numbers. */
import { Link } from '../../components/link.tsx';
import { DAY_MS } from '../../format/milliseconds.ts';
import { formatNumber } from '../../format/numbers.ts';
import { SHOWN_OUTCOMES } from '../jobs/job-state.ts';
import type { Problem } from '../problems/problem-facts.ts';
import { totalsOf } from './overview-facts.ts';
import type { Overview } from './use-overview.ts';
import { overviewWords } from './words.ts';

export const Headline = ({ problems, isWhole }: { problems: readonly Problem[]; isWhole: boolean }) => {
  const text = overviewWords();
  const open = problems.filter(({ state }) => state === 'open');
  const critical = open.filter(({ severity }) => severity === 'critical').length;
  const silenced = problems.length - open.length;
  const tone = critical > 0 ? 'critical' : open.length > 0 ? 'warning' : 'good';
  return (
    <div class={`notice notice-${tone}`} role="status">
      <p>
        {open.length === 0 ? (
          <strong>{text.allIsWell}</strong>
        ) : (
          <Link to="/problems" query={{ state: 'open' }}>
            <strong>
              {open.length === 1
                ? text.oneWrong
                : text.wrong(formatNumber(open.length), formatNumber(critical))}
            </strong>
          </Link>
        )}{' '}
        {silenced > 0 && (
          <Link to="/problems" query={{ state: 'acknowledged,muted' }}>
            {text.silenced(formatNumber(silenced))}
          </Link>
        )}
      </p>
      {!isWhole && <p>{text.notAll}</p>}
    </div>
  );
};

type Summaries = NonNullable<Overview['summaries']['data']>;

export const LastDayOfAll = ({ summaries, label }: { summaries: Summaries; label: string | undefined }) => {
  const text = overviewWords();
  const totals = totalsOf(summaries.items);
  const from = new Date(Date.now() - DAY_MS).toISOString();
  return (
    <>
      {!summaries.isWhole && <p class="notice notice-warning">{text.notAllSummaries}</p>}
      <ul class="numbers">
        {SHOWN_OUTCOMES.map((outcome) => (
          <li key={outcome}>
            <Link to="/jobs" query={{ outcome, from, label }} class="big">
              {formatNumber(totals[outcome])}
            </Link>
            <span>{text[outcome]}</span>
            {outcome === 'failed' && totals.recovered > 0 && (
              <span class="quiet">{text.recovered(formatNumber(totals.recovered))}</span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
};
