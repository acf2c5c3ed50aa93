export const greet = () => "hello 1";
