/** What a server shows for an address that isn't there. */
import type { Chapter } from "../chapters.ts";
import { renderPage } from "../layout.tsx";

export const missingPage = (chapters: readonly Chapter[]): string =>
  renderPage({
    title: "ENOENT",
    description: "There is no such page.",
    address: "404.html",
    chapters,
    children: (
      <section>
        <h1>ENOENT</h1>
        <p className="summary">
          <code>openat(AT_FDCWD, this page)</code> failed: no such file or directory.
        </p>
        <p>
          The contents are beside this text, or below it. Or begin at <a href="/">the first page</a>.
        </p>
      </section>
    ),
  });
