/** What a page gains where scripts run. Without them, nothing is missing. */
import "./theme.ts";
import "./contents.ts";
import "./copy.ts";
import "./play.ts";
import "./explain.ts";
import "./search.ts";
