import { Frame } from "./parts/frame.tsx";
import { DevicesScreen } from "./screens/devices.tsx";
import { HomeScreen } from "./screens/home.tsx";
import { LampSheet } from "./screens/lamp-sheet.tsx";
import { SignInScreen } from "./screens/sign-in.tsx";
import { WhyScreen } from "./screens/why.tsx";
import { home } from "./store/home.ts";
import { connection } from "./store/live.ts";
import { route } from "./store/route.ts";

const screens = { home: HomeScreen, devices: DevicesScreen, why: WhyScreen };

export const App = () => {
  if (connection.value.kind === "signed-out") return <SignInScreen />;
  const { screen, lamp } = route.value;
  const Screen = screens[screen];
  return (
    <Frame inspector={lamp && home.isLoaded.value ? <LampSheet id={lamp} /> : null}>
      <Screen />
    </Frame>
  );
};
