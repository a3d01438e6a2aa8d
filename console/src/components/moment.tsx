/** A time: its age, and beside it or as a title the time itself. */
import { type DomainZone, formatAge, formatTime } from '../format/times.ts';

interface MomentProps {
  /** ISO 8601. */
  readonly at: string;
  /** The domain whose time zone may be used. */
  readonly domain?: DomainZone | undefined;
  /** Also shows the time itself, not only as a title. */
  readonly isFull?: boolean;
}

export const Moment = ({ at, domain, isFull }: MomentProps) => (
  <time dateTime={at} title={formatTime(at, domain)}>
    {formatAge(at)}
    {isFull && <span class="quiet"> · {formatTime(at, domain)}</span>}
  </time>
);
