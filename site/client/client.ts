/** What a page gains where scripts run. Without them, nothing is missing. */
import "./theme.ts";
