import { Controller, Get } from "@nestjs/common";
import { AppService } from "./app.service.js";

@Controller()
export class AppController {
  // Nest knows what to give by the parameter's type, which emitDecoratorMetadata tells it.
  constructor(private readonly service: AppService) {}

  @Get()
  greet(): string {
    return this.service.greeting();
  }
}
