/** The navigation, and the signed-in person. */
import { can, session, signOut } from '../api/session.ts';
import { Action } from '../components/action.tsx';
import { Link } from '../components/link.tsx';
import { common } from '../i18n/common.ts';
import { DisplaySettings } from './display-settings.tsx';
import { shellWords } from './words.ts';

export const Header = () => {
  const text = shellWords();
  return (
    <header class="header">
      <a class="skip" href="#content">
        {text.skip}
      </a>
      <Link to="/" class="product">
        {common().product}
      </Link>
      <nav aria-label={text.navigation}>
        <Link to="/problems">{text.problems}</Link>
        <Link to="/domains">{text.domains}</Link>
        <Link to="/clients">{text.clients}</Link>
        <Link to="/jobs">{text.jobs}</Link>
        <Link to="/images">{text.images}</Link>
        {can('admin') && <Link to="/keys">{text.keys}</Link>}
        {can('admin') && <Link to="/audit">{text.audit}</Link>}
      </nav>
      <DisplaySettings />
      <div class="account">
        <Link to="/sessions">{session.value?.name}</Link>
        <Action
          title={text.signOut}
          kind="plain"
          done={text.signedOut}
          run={signOut}
          onDone={() => undefined}
        />
      </div>
    </header>
  );
};
