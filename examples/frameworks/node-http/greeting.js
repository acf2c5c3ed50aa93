export const greeting = "hello 1";
