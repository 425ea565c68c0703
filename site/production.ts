/** Imported before React is: its other form checks each element, which takes twice the time. */
process.env.NODE_ENV = "production";
