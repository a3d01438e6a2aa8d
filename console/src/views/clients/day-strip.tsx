/** The strip of a client: small in a list, or large with a day that can be selected. */
import { useRef, useState } from 'preact/hooks';
import { Link } from '../../components/link.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatDay } from '../../format/times.ts';
import type { Query } from '../../urls.ts';
import { type Cell, countsOf, DAY_STATES, type DayState, dayAfterKey } from './strip.ts';
import { CELL_WIDTH, HEIGHT, pathOf } from './strip-shapes.ts';
import { clientWords } from './words.ts';

/** Days belong to the calendar of the primary: they are the same in every zone. */
const nameOf = (day: string): string => formatDay(day, { timeZone: 'UTC' });

const Shape = ({ cells }: { cells: readonly Cell[] }) => (
  <>
    {DAY_STATES.map((state) => (
      <path key={state} class={`day-${state}`} d={pathOf(cells, state)} />
    ))}
  </>
);

/** Such as "85 × good backup, 2 × failed". */
const summaryOf = (cells: readonly Cell[]): string => {
  const text = clientWords();
  const counts = countsOf(cells);
  return DAY_STATES.filter((state) => counts[state] > 0)
    .map((state) => text.count(formatNumber(counts[state]), text.days[state]))
    .join(', ');
};

export const Strip = ({ cells }: { cells: readonly Cell[] }) => (
  <svg
    class="strip"
    role="img"
    aria-label={summaryOf(cells)}
    viewBox={`0 0 ${cells.length * CELL_WIDTH} ${HEIGHT}`}
    width={cells.length * CELL_WIDTH}
    height={HEIGHT}
  >
    <Shape cells={cells} />
  </svg>
);

const DayIcon = ({ state }: { state: DayState }) => (
  <svg
    class="day"
    aria-hidden="true"
    viewBox={`-1 0 ${CELL_WIDTH + 1} ${HEIGHT}`}
    preserveAspectRatio="none"
    width="10"
    height={HEIGHT}
  >
    <Shape cells={[{ day: '', state }]} />
  </svg>
);

export const Legend = () => {
  const text = clientWords();
  return (
    <ul class="legend" aria-label={text.legend}>
      {DAY_STATES.map((state) => (
        <li key={state}>
          <DayIcon state={state} /> {text.days[state]}
        </li>
      ))}
    </ul>
  );
};

interface DaysProps {
  readonly label: string;
  readonly cells: readonly Cell[];
  /** The view of the jobs of a day. */
  readonly linkOf: (day: string) => { readonly to: string; readonly query: Query };
}

/** One of the days is in the order of the Tab key; the arrow keys lead to the others. */
export const Days = ({ label, cells, linkOf }: DaysProps) => {
  const bar = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<number>();
  const text = clientWords();
  const at = Math.min(chosen ?? cells.length - 1, cells.length - 1);
  const cell = cells[at];
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = dayAfterKey(event.key, at, cells.length);
    if (to === undefined) return;
    event.preventDefault();
    setChosen(to);
    bar.current?.querySelectorAll('button')[to]?.focus();
  };
  return (
    <>
      <div
        class="days"
        ref={bar}
        role="toolbar"
        aria-label={`${label}. ${text.dayHelp}`}
        onKeyDown={onKeyDown}
      >
        {cells.map(({ day, state }, index) => (
          <button
            key={day}
            type="button"
            tabIndex={index === at ? 0 : -1}
            aria-pressed={index === at}
            aria-label={text.dayAs(nameOf(day), text.days[state])}
            title={text.dayAs(nameOf(day), text.days[state])}
            onClick={() => setChosen(index)}
          >
            <DayIcon state={state} />
          </button>
        ))}
      </div>
      {cell && (
        <p class="day-chosen">
          {text.dayAs(nameOf(cell.day), text.days[cell.state])}{' '}
          {cell.state !== 'none' && cell.state !== 'unknown' && (
            <Link {...linkOf(cell.day)}>{text.jobsOfDay}</Link>
          )}
        </p>
      )}
    </>
  );
};
