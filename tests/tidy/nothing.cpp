// Linked with one room as a whole, to see that the room finds all that it needs.
int main() { return 0; }
