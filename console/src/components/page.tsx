/** A view: its title, the elements beside it, and its content. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { common } from '../i18n/common.ts';

interface PageProps {
  readonly title: string;
  /** Links and buttons beside the title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export const Page = ({ title, actions, children }: PageProps) => {
  const heading = useRef<HTMLHeadingElement>(null);
  const { path } = useLocation();
  useEffect(() => {
    document.title = `${title} – ${common().product}`;
  }, [title]);
  // The focus moves to the title of a new view, for the keyboard and screen readers; also for one of the same kind, such as another job.
  useEffect(() => heading.current?.focus(), [path]);
  return (
    <>
      <header class="page-title">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  );
};

/** A part of a view with a heading of its own. */
export const Section = ({ title, actions, children }: PageProps) => (
  <section class="section" aria-label={title}>
    <header class="section-title">
      <h2>{title}</h2>
      {actions && <div class="page-actions">{actions}</div>}
    </header>
    {children}
  </section>
);
