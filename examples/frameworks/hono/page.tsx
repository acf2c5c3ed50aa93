export const Page = ({ name }: { name: string }) => <p>{name} 1</p>;
