import { version } from "#services/version";

export default class HelloController {
  async greet(): Promise<string> {
    return `hello ${version}`;
  }
}
