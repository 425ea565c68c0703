/** The commands about images as a program of their own, for their tests. */
import { main } from "../../common/cli.ts";
import { IMAGE_COMMANDS } from "../commands.ts";

await main("FT_DOCKER's images", IMAGE_COMMANDS);
