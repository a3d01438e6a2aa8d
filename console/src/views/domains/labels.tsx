/** Labels as links that filter the domains by them. */
import { Link } from '../../components/link.tsx';

export const Labels = ({ labels = {} }: { labels?: Readonly<Record<string, string>> | undefined }) => (
  <>
    {Object.entries(labels).map(([key, value]) => (
      <Link key={key} to="/domains" query={{ label: `${key}=${value}` }} class="label">
        {key}={value}
      </Link>
    ))}
  </>
);
