// An Arduino sketch for Uno and Nano: setup() and loop() are in weather_node.c, which the Arduino IDE compiles as well.
// Without Arduino: make, one folder up.
